"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Spinner } from "@/components/ui/spinner";
import { useToast } from "@/components/ui/toast";
import { CopyField } from "@/features/settings/copy-field";
import { day } from "@/features/settings/day";
import { Section } from "@/features/settings/section";
import { useAttempt } from "@/features/settings/use-attempt";
import { api } from "@/lib/api";
import { useUser } from "@/lib/user";

const ME = { params: { path: { user_id: "me" } } };

/** Makes and revokes the address at which calendar apps find the tasks; `apiUrl` is its beginning. */
export function CalendarFeed({ apiUrl }: { apiUrl: string }) {
  const { timezone } = useUser();
  const toast = useToast();
  const [madeAt, setMadeAt] = useState<string | null | undefined>();
  const [address, setAddress] = useState<string | null>(null);
  const { busy, error, attempt } = useAttempt();

  useEffect(() => {
    void attempt(async () => {
      const { data } = await api.GET("/api/{user_id}/calendar-feed", ME);
      setMadeAt(data?.created_at ?? null);
    });
  }, [attempt]);

  const make = () =>
    attempt(async () => {
      const { data } = await api.POST("/api/{user_id}/calendar-feed", ME);
      if (!data) return;
      setAddress(new URL(data.path, apiUrl).href);
      setMadeAt(data.created_at);
    });
  const revoke = () =>
    attempt(async () => {
      await api.DELETE("/api/{user_id}/calendar-feed", ME);
      setAddress(null);
      setMadeAt(null);
      toast("The address is revoked: calendar apps get nothing from it any more.");
    });

  return (
    <Section
      title="Calendar"
      about="Shows your tasks with a date in any calendar app that can subscribe to an address."
    >
      <div className="flex flex-col items-start gap-4">
        {error && <Notice tone="danger">{error}</Notice>}
        {madeAt === undefined && !error && <Spinner label="Loading" />}
        {address && (
          <div className="w-full">
            <CopyField
              label="Address"
              value={address}
              hint="Copy it now: it is not shown again. Anyone who has it can see your tasks."
            />
          </div>
        )}
        {madeAt && !address && (
          <p className="text-sm text-muted">
            An address was made on {day(madeAt, timezone)}. It is not shown again; a new one takes
            its place.
          </p>
        )}
        <div className="flex flex-wrap gap-3">
          <Button busy={busy} onClick={make}>
            {madeAt ? "Make a new address" : "Make an address"}
          </Button>
          {madeAt && (
            <Button look="danger" busy={busy} onClick={revoke}>
              Revoke the address
            </Button>
          )}
        </div>
      </div>
    </Section>
  );
}
