"use client";

import { useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { Spinner } from "@/components/ui/spinner";
import { useToast } from "@/components/ui/toast";
import { day } from "@/features/settings/day";
import { NewToken } from "@/features/settings/new-token";
import { Section } from "@/features/settings/section";
import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";
import { errorMessage } from "@/lib/bff";
import { scopeLabels } from "@/lib/scopes";
import { useUser } from "@/lib/user";

type Token = components["schemas"]["AccessTokenOut"];

const ME = { user_id: "me" };

/** Creates, lists and revokes tokens for programs that can't sign in with a browser. */
export function AccessTokens() {
  const { tokens, error, load } = useTokens();
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="Personal access tokens"
      about="For scripts, and for assistants that don’t support sign-in. A token gives access to the MCP server only."
    >
      <div className="flex flex-col items-start gap-4">
        <Button onClick={() => setCreating(true)}>New token</Button>
        <div className="w-full">
          <List tokens={tokens} error={error} load={load} />
        </div>
      </div>
      <NewToken open={creating} onClose={() => setCreating(false)} onCreated={load} />
    </Section>
  );
}

function useTokens() {
  const [tokens, setTokens] = useState<Token[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const load = useCallback(async () => {
    setError(null);
    try {
      const { data } = await api.GET("/api/{user_id}/access-tokens", { params: { path: ME } });
      setTokens(data?.access_tokens ?? []);
    } catch (caught) {
      setError(errorMessage(caught));
    }
  }, []);
  useEffect(() => void load(), [load]);
  return { tokens, error, load };
}

type ListProps = { tokens: Token[] | null; error: string | null; load: () => Promise<void> };

function List({ tokens, error, load }: ListProps) {
  if (error) {
    return (
      <Notice tone="danger">
        <div className="flex items-center justify-between gap-4">
          {error}
          <Button size="small" onClick={load}>
            Try again
          </Button>
        </div>
      </Notice>
    );
  }
  if (!tokens) return <Spinner label="Loading the tokens" />;
  if (tokens.length === 0) {
    return (
      <div className="rounded-xl border border-dashed border-line">
        <EmptyState title="No tokens yet" />
      </div>
    );
  }
  return (
    <ul className="divide-y divide-line rounded-xl border border-line">
      {tokens.map((token) => (
        <Row key={token.id} token={token} onRevoked={load} />
      ))}
    </ul>
  );
}

function Row({ token, onRevoked }: { token: Token; onRevoked: () => Promise<void> }) {
  const { timezone } = useUser();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const used = token.last_used_at ? `last used ${day(token.last_used_at, timezone)}` : "never used";
  const expired = new Date(token.expires_at) < new Date();

  const revoke = async () => {
    setBusy(true);
    try {
      await api.DELETE("/api/{user_id}/access-tokens/{token_id}", {
        params: { path: { ...ME, token_id: token.id } },
      });
      toast(`“${token.name}” is revoked.`);
    } catch (caught) {
      toast(errorMessage(caught), { tone: "danger" });
    }
    await onRevoked();
    setBusy(false);
  };

  return (
    <li className="flex items-center justify-between gap-4 p-4">
      <div className="min-w-0">
        <p className="font-medium break-words">{token.name}</p>
        <p className="text-sm text-muted">
          {scopeLabels(token.scopes).join(" · ")} · {expired ? "expired" : "expires"}{" "}
          {day(token.expires_at, timezone)} · {used}
        </p>
      </div>
      <Button
        look="danger"
        size="small"
        busy={busy}
        aria-label={`Revoke ${token.name}`}
        onClick={revoke}
      >
        Revoke
      </Button>
    </li>
  );
}
