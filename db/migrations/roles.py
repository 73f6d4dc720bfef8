"""Roles that transactions switch to."""

from alembic import op

# A role belongs to the whole cluster: another database of it may have made it already, even at
# this very moment. From Postgres 16 on, who made a role and is no superuser must still grant
# itself the right to switch to it; a right that an administrator gave is left as it is.
_ENSURE = """
do $$
begin
    if not exists (select from pg_roles where rolname = '{name}') then
        begin
            create role {name} nologin;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end if;
    if current_setting('server_version_num')::int < 160000 then
        if not pg_has_role(current_user, '{name}', 'member') then
            grant {name} to current_user;
        end if;
    elsif not pg_has_role(current_user, '{name}', 'set') then
        execute 'grant {name} to current_user with set true';
    end if;
end $$
"""


def ensure_role(name: str) -> None:
    """Make a role that can't log in, and let the migrating role switch to it."""
    op.execute(_ENSURE.format(name=name))
    op.execute(f"grant usage on schema public to {name}")
