"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { classes } from "@/lib/classes";

const PLACES = [
  { href: "/chat", label: "Chat" },
  { href: "/tasks", label: "Tasks" },
  { href: "/settings", label: "Settings" },
];

/** The pages of the app; the one that is open is marked. */
export function Navigation() {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="h-full">
      <ul className="flex h-full gap-1">
        {PLACES.map(({ href, label }) => {
          const here = pathname.startsWith(href);
          return (
            <li key={href} className="flex">
              <Link
                href={href}
                aria-current={here ? "page" : undefined}
                className={classes(
                  "flex items-center border-b-2 px-3 pt-0.5 font-medium outline-offset-[-4px]",
                  here
                    ? "border-accent text-text"
                    : "border-transparent text-muted hover:text-text",
                )}
              >
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
