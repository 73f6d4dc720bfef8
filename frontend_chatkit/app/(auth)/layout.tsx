import type { ReactNode } from "react";
import { Logo } from "@/features/frame/logo";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-4 py-12">
      <div className="flex items-center justify-center gap-3 text-xl font-semibold">
        <Logo />
        Todochat
      </div>
      <div className="rounded-2xl border border-line bg-surface p-6 shadow-float sm:p-8">
        {children}
      </div>
    </main>
  );
}
