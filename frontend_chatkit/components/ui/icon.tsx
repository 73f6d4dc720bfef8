import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

const SIZES = {
  small: { box: "size-4", stroke: 1.75 },
  medium: { box: "size-5", stroke: 1.75 },
  /** Grows with the text beside it. */
  text: { box: "size-[1.15em]", stroke: 1.6 },
} as const;

/** A line drawing of 20 by 20 units, hidden from screen readers: text or a label gives its meaning. */
export function Icon({
  size = "medium",
  children,
}: {
  size?: keyof typeof SIZES;
  children: ReactNode;
}) {
  const { box, stroke } = SIZES[size];
  return (
    <svg
      viewBox="0 0 20 20"
      className={classes(box, "shrink-0")}
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
