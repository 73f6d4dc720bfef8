"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { lazy, Suspense } from "react";
import { Logo } from "@/features/frame/logo";
import { UserMenu } from "@/features/frame/user-menu";
import { classes } from "@/lib/classes";

const Bell = lazy(() => import("@/features/notifications/bell"));

const PAGES = [
  { href: "/chat", label: "Chat" },
  { href: "/tasks", label: "Tasks" },
  { href: "/settings", label: "Settings" },
];

/** The bar above every page of the app, with links to all of them. */
export function Header() {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-6xl items-center gap-2 px-4 sm:gap-6">
        <Link href="/chat" className="flex items-center gap-2 rounded-lg font-semibold">
          <Logo />
          <span className="max-sm:sr-only">Todochat</span>
        </Link>
        <Navigation />
        <div className="ml-auto flex items-center gap-1">
          <Suspense fallback={<span className="size-10" />}>
            <Bell />
          </Suspense>
          <UserMenu />
        </div>
      </div>
    </header>
  );
}

function Navigation() {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="h-full">
      <ul className="flex h-full gap-1">
        {PAGES.map(({ href, label }) => {
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
