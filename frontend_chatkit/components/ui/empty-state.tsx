import type { ReactNode } from "react";

/** Replaces an empty list or a missing page: says why, and what to do. */
export function EmptyState({
  title,
  as: Title = "p",
  children,
  action,
}: {
  title: string;
  /** "h1" where the page has no other content. */
  as?: "p" | "h1";
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <Title className={Title === "h1" ? "text-xl font-semibold" : "font-medium"}>{title}</Title>
      {children && <div className="max-w-prose text-sm text-muted">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
