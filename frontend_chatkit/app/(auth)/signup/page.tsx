import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignupForm } from "@/features/account/signup-form";
import { currentSession } from "@/lib/session";

export const metadata: Metadata = { title: "Sign up" };

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function SignupPage({ searchParams }: { searchParams: Query }) {
  const waiting = (await searchParams).sig !== undefined;
  if (!waiting && (await currentSession())) redirect("/chat");
  return (
    <>
      <h1 className="mb-6 text-center text-2xl font-semibold">Talk to your to-do list</h1>
      <SignupForm />
    </>
  );
}
