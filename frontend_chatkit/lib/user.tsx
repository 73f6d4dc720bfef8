"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { settledZone } from "@/lib/zone";

export type User = {
  id: string;
  name: string;
  email: string;
  /** IANA zone; null until it is chosen. */
  timezone: string | null;
};

type SetZone = (zone: string | null) => void;

const UserContext = createContext<[User, SetZone] | null>(null);

/** Tells the components below who is signed in. A newcomer's zone is the browser's. */
export function UserProvider({ user, children }: { user: User; children: ReactNode }) {
  const [timezone, setTimezone] = useState(user.timezone);
  useEffect(() => {
    if (user.timezone !== null) return;
    const leaving = new AbortController();
    settledZone(leaving.signal).then(setTimezone, () => {});
    return () => leaving.abort();
  }, [user.timezone]);
  const value = useMemo<[User, SetZone]>(
    () => [{ ...user, timezone }, setTimezone],
    [user, timezone],
  );
  return <UserContext value={value}>{children}</UserContext>;
}

/** Return who is signed in. */
export function useUser(): User {
  return useEntry()[0];
}

/** Return how to tell the other components that the zone was changed. */
export function useZone(): SetZone {
  return useEntry()[1];
}

function useEntry(): [User, SetZone] {
  const entry = useContext(UserContext);
  if (!entry) throw new Error("A UserProvider is needed above.");
  return entry;
}
