"use client";

import { useSearchParams } from "next/navigation";

/** A link to another page for who is signed out; it keeps the query, such as an assistant's request. */
export function AccountLink({ href, label }: Record<"href" | "label", string>) {
  const query = useSearchParams().toString();
  return (
    <a
      href={query ? `${href}?${query}` : href}
      className="rounded font-medium text-accent underline underline-offset-4 hover:text-accent-strong"
    >
      {label}
    </a>
  );
}
