"use client";

import { useSearchParams } from "next/navigation";

/** A link to the other form, which takes along what waits behind this one. */
export function OtherWay({ question, href, label }: Record<"question" | "href" | "label", string>) {
  const query = useSearchParams().toString();
  return (
    <p className="text-center text-sm text-muted">
      {question}{" "}
      <a
        href={query ? `${href}?${query}` : href}
        className="rounded font-medium text-accent underline underline-offset-4 hover:text-accent-strong"
      >
        {label}
      </a>
    </p>
  );
}
