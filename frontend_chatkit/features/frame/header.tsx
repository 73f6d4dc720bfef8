import Link from "next/link";
import { Mark } from "@/features/frame/mark";
import { Navigation } from "@/features/frame/navigation";
import { UserMenu } from "@/features/frame/user-menu";

/** The bar above every page of the app. */
export function Header() {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-6xl items-center gap-2 px-4 sm:gap-6">
        <Link href="/chat" className="flex items-center gap-2 rounded-lg font-semibold">
          <Mark />
          <span className="max-sm:sr-only">Todochat</span>
        </Link>
        <Navigation />
        <div className="ml-auto">
          <UserMenu />
        </div>
      </div>
    </header>
  );
}
