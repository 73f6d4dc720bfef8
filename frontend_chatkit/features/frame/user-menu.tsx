"use client";

import { useState } from "react";
import { UserIcon } from "@/components/ui/icons";
import { Menu } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { storeCookie } from "@/lib/stored-cookie";
import { THEME_COOKIE, THEMES, type Theme, themeOf } from "@/lib/theme";
import { useUser } from "@/lib/user";

const THEME_NAMES: Record<Theme, string> = {
  system: "Like the system",
  light: "Light",
  dark: "Dark",
};

/** The user's name, with a menu for the theme and signing out. */
export function UserMenu() {
  const user = useUser();
  const toast = useToast();
  const [theme, setTheme] = useTheme();

  const signOutHere = async () => {
    try {
      // Loaded on use: no page needs it to become interactive.
      const { signOut } = await import("@/lib/account");
      await signOut();
      // A full page load: nothing of this user's stays in memory.
      window.location.assign("/login");
    } catch {
      toast("Signing out failed. Try again.", { tone: "danger" });
    }
  };

  return (
    <Menu
      label={`Account of ${user.name}`}
      button={
        <>
          <UserIcon />
          <span className="max-w-40 truncate max-sm:sr-only">{user.name}</span>
        </>
      }
      items={[
        ...THEMES.map((name) => ({
          label: THEME_NAMES[name],
          checked: theme === name,
          run: () => setTheme(name),
        })),
        { label: "Sign out", separated: true, run: () => void signOutHere() },
      ]}
    />
  );
}

function useTheme(): [Theme | null, (theme: Theme) => void] {
  const [chosen, setChosen] = useState<Theme | null>(() =>
    typeof document === "undefined" ? null : themeOf(document.documentElement.dataset.theme),
  );
  const change = (theme: Theme) => {
    document.documentElement.dataset.theme = theme;
    storeCookie(THEME_COOKIE, theme);
    setChosen(theme);
  };
  return [chosen, change];
}
