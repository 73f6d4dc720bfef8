"use client";

import { createContext, type ReactNode, useContext } from "react";

export type User = {
  id: string;
  name: string;
  email: string;
  /** IANA zone; null until it is chosen. */
  timezone: string | null;
};

const UserContext = createContext<User | null>(null);

/** Tells the components below who is signed in. */
export function UserProvider({ user, children }: { user: User; children: ReactNode }) {
  return <UserContext value={user}>{children}</UserContext>;
}

/** Return who is signed in. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("useUser needs a UserProvider above it.");
  return user;
}
