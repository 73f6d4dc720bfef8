"""The environment of the web app, as far as it is not the API's as well."""

from pydantic import Field

from chat_api.settings import ApiSettings


class WebAppSettings(ApiSettings):
    """What the web app is told; it runs on Node and reads the same names."""

    api_url: str | None = Field(None, description="The API as the web app reaches it")
    chatkit_domain_key: str | None = Field(
        None, description="Key of a domain that is registered for OpenAI's hosted chat element"
    )
    chatkit_script_url: str | None = Field(
        None, description="Where the script of that element is, if not at its vendor's"
    )
    trusted_proxies: str | None = Field(
        None,
        description="Proxies whose X-Forwarded-For is believed: addresses or networks, by commas",
    )
