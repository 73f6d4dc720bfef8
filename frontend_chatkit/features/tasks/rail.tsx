"use client";

import { type MouseEvent, type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { Menu } from "@/components/ui/menu";
import { INBOX, NO_FILTER, queryString } from "@/features/tasks/filter";
import { ListIcon, PlusIcon } from "@/features/tasks/icons";
import { DeleteListDialog, ListNameDialog } from "@/features/tasks/list-dialogs";
import type { TodoList } from "@/features/tasks/list-requests";
import { ALL, isSamePlace, type Place } from "@/features/tasks/place";
import { AllIcon, InboxIcon, MoreIcon, SunIcon, UpcomingIcon } from "@/features/tasks/rail-icons";
import { useListCommands } from "@/features/tasks/use-list-commands";
import type { LiveLists } from "@/features/tasks/use-lists";
import { classes } from "@/lib/classes";

export type RailProps = LiveLists & { place: Place; onGo: (place: Place) => void };

/** Views and lists with the number of their open tasks, and what can be done with a list. */
export function Rail({ lists, refresh, place, onGo }: RailProps) {
  const [dialog, setDialog] = useState<ListDialog | null>(null);
  const commands = useListCommands({ place, refresh, onGo });
  const link = { place, onGo };
  const row = (list: TodoList) => (
    <ListRow
      key={list.id}
      list={list}
      {...link}
      onRename={() => setDialog({ kind: "rename", list })}
      onArchive={(archived) => void commands.archive(list, archived)}
      onDelete={() => setDialog({ kind: "delete", list })}
    />
  );
  return (
    <nav aria-label="Lists and views" className="flex flex-col gap-0.5 p-2">
      <RailLink to={ALL} icon={<AllIcon />} name="All tasks" {...link} />
      <RailLink
        to={{ view: null, list: INBOX }}
        icon={<InboxIcon />}
        name="Inbox"
        count={lists?.inbox}
        {...link}
      />
      <RailLink
        to={{ view: "today", list: null }}
        icon={<SunIcon />}
        name="Today"
        count={lists?.today}
        {...link}
      />
      <RailLink
        to={{ view: "upcoming", list: null }}
        icon={<UpcomingIcon />}
        name="Upcoming"
        count={lists?.upcoming}
        {...link}
      />
      <h2 className="px-3 pt-4 pb-1 text-sm font-medium text-muted">Lists</h2>
      {lists?.lists.map(row)}
      <Button
        look="ghost"
        className="justify-start! px-3! text-muted"
        onClick={() => setDialog({ kind: "new" })}
      >
        <span className="mr-1 flex w-5 justify-center">
          <PlusIcon />
        </span>
        New list
      </Button>
      {lists && lists.archived.length > 0 && (
        <details>
          <summary className="rounded-lg px-3 py-2 text-sm font-medium text-muted hover:bg-raised">
            Archived
          </summary>
          {lists.archived.map(row)}
        </details>
      )}
      <Dialogs dialog={dialog} commands={commands} onClose={() => setDialog(null)} />
    </nav>
  );
}

/** The rail in a drawer, for narrow screens. */
export function RailDrawer({
  open,
  onClose,
  ...rail
}: RailProps & { open: boolean; onClose: () => void }) {
  return (
    <Drawer title="Lists" open={open} onClose={onClose}>
      <div className="overflow-y-auto">
        <Rail {...rail} />
      </div>
    </Drawer>
  );
}

type ListDialog = { kind: "new" } | { kind: "rename" | "delete"; list: TodoList };

function Dialogs({
  dialog,
  commands,
  onClose,
}: {
  dialog: ListDialog | null;
  commands: ReturnType<typeof useListCommands>;
  onClose: () => void;
}) {
  switch (dialog?.kind) {
    case "new":
      return <ListNameDialog name="" onSave={commands.create} onClose={onClose} />;
    case "rename": {
      const { list } = dialog;
      const rename = (name: string) => commands.rename(list, name);
      return <ListNameDialog name={list.name} onSave={rename} onClose={onClose} />;
    }
    case "delete": {
      const { list } = dialog;
      return (
        <DeleteListDialog
          list={list}
          onDelete={(tasks) => commands.remove(list, tasks)}
          onClose={onClose}
        />
      );
    }
    default:
      return null;
  }
}

type LinkProps = {
  to: Place;
  icon: ReactNode;
  name: string;
  count?: number;
  place: Place;
  onGo: (place: Place) => void;
};

function RailLink({ to, icon, name, count, place, onGo }: LinkProps) {
  const here = isSamePlace(to, place);
  const query = queryString({ filter: { ...NO_FILTER, ...to }, task: null });
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onGo(to);
  };
  return (
    <a
      href={query ? `/tasks?${query}` : "/tasks"}
      aria-current={here ? "page" : undefined}
      onClick={onClick}
      className={classes(
        "flex min-h-10 min-w-0 flex-1 items-center gap-3 rounded-lg px-3",
        here ? "bg-accent-soft font-medium text-accent-strong" : "hover:bg-raised",
      )}
    >
      <span className="flex w-5 shrink-0 justify-center">{icon}</span>
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      {count ? (
        <span className="text-sm text-muted tabular-nums">
          {count}
          <span className="sr-only"> open</span>
        </span>
      ) : null}
    </a>
  );
}

type ListRowProps = Pick<LinkProps, "place" | "onGo"> & {
  list: TodoList;
  onRename: () => void;
  onArchive: (archived: boolean) => void;
  onDelete: () => void;
};

function ListRow({ list, onRename, onArchive, onDelete, ...link }: ListRowProps) {
  const isArchived = list.archived_at !== null;
  return (
    <div className="flex items-center">
      <RailLink
        to={{ view: null, list: list.name }}
        icon={<ListIcon />}
        name={list.name}
        count={list.open_tasks}
        {...link}
      />
      <Menu
        label={`Change ${list.name}`}
        size="icon"
        button={<MoreIcon />}
        items={[
          { label: "Rename", run: onRename },
          { label: isArchived ? "Bring back" : "Archive", run: () => onArchive(!isArchived) },
          { label: "Delete", danger: true, separated: true, run: onDelete },
        ]}
      />
    </div>
  );
}
