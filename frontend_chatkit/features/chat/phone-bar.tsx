import { Button } from "@/components/ui/button";
import { HistoryIcon, PlusIcon } from "@/features/chat/icons";

/** Above the conversation where there is no room for the list beside it. */
export function PhoneBar({
  title,
  onList,
  onNew,
}: {
  title: string | null;
  onList: () => void;
  onNew: () => void;
}) {
  return (
    <div className="flex items-center gap-1 border-b border-line bg-surface px-2 py-1 md:hidden">
      <Button look="ghost" size="icon" aria-label="Conversations" onClick={onList}>
        <HistoryIcon />
      </Button>
      <p className="min-w-0 flex-1 truncate text-center text-sm font-medium">
        {title ?? "New conversation"}
      </p>
      <Button look="ghost" size="icon" aria-label="New conversation" onClick={onNew}>
        <PlusIcon />
      </Button>
    </div>
  );
}
