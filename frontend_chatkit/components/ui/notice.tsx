import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

const TONES = {
  plain: "border-line bg-raised text-text",
  danger: "border-danger bg-danger-soft text-danger",
  warn: "border-warn bg-warn-soft text-warn",
} as const;

/** A boxed message in the page; screen readers announce one of `danger` immediately. */
export function Notice({
  tone = "plain",
  children,
}: {
  tone?: keyof typeof TONES;
  children: ReactNode;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : undefined}
      className={classes("rounded-lg border px-4 py-3 text-sm", TONES[tone])}
    >
      {children}
    </div>
  );
}
