"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { ensureTimezone, localTimezone } from "@/lib/timezone";

export type User = {
  id: string;
  name: string;
  email: string;
  /** IANA name; null until it is chosen. */
  timezone: string | null;
};

type SetTimezone = (zone: string | null) => void;

const UserContext = createContext<[User, SetTimezone] | null>(null);

/** Provides the signed-in user. Where they have no time zone yet, the browser's is saved. */
export function UserProvider({ user, children }: { user: User; children: ReactNode }) {
  const [timezone, setTimezone] = useState(user.timezone);
  useEffect(() => {
    if (user.timezone !== null) return;
    const unmounted = new AbortController();
    ensureTimezone(unmounted.signal).then(setTimezone, () => {});
    return () => unmounted.abort();
  }, [user.timezone]);
  const value = useMemo<[User, SetTimezone]>(
    () => [{ ...user, timezone }, setTimezone],
    [user, timezone],
  );
  return <UserContext value={value}>{children}</UserContext>;
}

/** Return the signed-in user. */
export function useUser(): User {
  return useUserContext()[0];
}

/** Return the time zone that requests name: the user's, or the browser's until they have one. */
export function useTimezone(): string {
  return useUser().timezone ?? localTimezone();
}

/** Return the function that sets the time zone for all components. */
export function useSetTimezone(): SetTimezone {
  return useUserContext()[1];
}

function useUserContext(): [User, SetTimezone] {
  const context = useContext(UserContext);
  if (!context) throw new Error("useUser needs a UserProvider above it.");
  return context;
}
