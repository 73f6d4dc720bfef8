import type { ReactNode } from "react";
import { ToastProvider } from "@/components/ui/toast";
import { Header } from "@/features/frame/header";
import { LiveProvider } from "@/features/tasks/live-context";
import { requireUser } from "@/lib/session";
import { UserProvider } from "@/lib/user";

export default async function AppLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  return (
    <UserProvider user={user}>
      <ToastProvider>
        <a
          href="#main"
          className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to content
        </a>
        <LiveProvider>
          <div className="flex h-dvh flex-col">
            <Header />
            <main
              id="main"
              tabIndex={-1}
              className="relative min-h-0 flex-1 overflow-y-auto outline-none"
            >
              {children}
            </main>
          </div>
        </LiveProvider>
      </ToastProvider>
    </UserProvider>
  );
}
