"use client";

import { useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useToast } from "@/components/ui/toast";
import {
  type Browser,
  type Browsers,
  canSubscribe,
  loadBrowsers,
  subscribe,
  test,
  thisBrowser,
  unsubscribe,
} from "@/features/notifications/push";
import { DefaultReminder } from "@/features/settings/default-reminder";
import { ReminderEmail } from "@/features/settings/reminder-email";
import { Section } from "@/features/settings/section";
import { errorMessage } from "@/lib/bff";

const DENIED =
  "The browser does not allow notifications of this site: change that in its settings.";

/** Where reminders come: in the app always, and in the browsers that were chosen. */
export function Notifications() {
  const toast = useToast();
  const [known, setKnown] = useState<(Browsers & { here: string | null }) | null>(null);

  const load = useCallback(async () => {
    const here = canSubscribe() ? await thisBrowser() : null;
    setKnown({ ...(await loadBrowsers()), here });
  }, []);
  const perform = async (request: () => Promise<string | null>, done: string) => {
    try {
      const error = await request();
      toast(error ?? done, error ? { tone: "danger" } : {});
      await load();
    } catch (caught) {
      toast(errorMessage(caught), { tone: "danger" });
    }
  };
  useEffect(() => {
    load().catch((caught: unknown) => toast(errorMessage(caught), { tone: "danger" }));
  }, [load, toast]);

  const turnOn = () =>
    perform(
      async () => ((await subscribe(known?.key ?? "")) ? null : DENIED),
      "Reminders come here too.",
    );
  return (
    <Section
      title="Reminders"
      about="They ring the bell of the app. While it is closed they can reach you elsewhere, too."
    >
      <div className="flex max-w-md flex-col gap-4">
        <DefaultReminder />
        {known && !canSubscribe() && (
          <Notice>This browser can’t show notifications of an app that is closed.</Notice>
        )}
        {known && canSubscribe() && !known.here && (
          <div>
            <Button onClick={() => void turnOn()}>Notify me in this browser</Button>
          </div>
        )}
        <ul className="flex flex-col gap-3 empty:hidden">
          {known?.browsers.map((browser) => (
            <BrowserRow
              key={browser.id}
              browser={browser}
              isThis={browser.id === known.here}
              onTest={() => void perform(() => test(browser.id), "A test message was sent.")}
              onRemove={() =>
                void perform(
                  () => unsubscribe(browser.id, browser.id === known.here).then(() => null),
                  "This browser gets no more notifications.",
                )
              }
            />
          ))}
        </ul>
        <ReminderEmail />
      </div>
    </Section>
  );
}

type RowProps = { browser: Browser; isThis: boolean; onTest: () => void; onRemove: () => void };

function BrowserRow({ browser, isThis, onTest, onRemove }: RowProps) {
  const name = isThis ? "This browser" : browserName(browser.user_agent);
  return (
    <li className="flex flex-wrap items-center gap-2 rounded-xl border border-line bg-surface px-4 py-3">
      <div className="min-w-40 flex-1">
        <p className="font-medium">{name}</p>
        {browser.failures > 0 && (
          <p className="text-sm text-danger">
            The last message was not delivered{browser.last_error && `: ${browser.last_error}`}
          </p>
        )}
      </div>
      <Button size="small" onClick={onTest} aria-label={`Send a test to ${name}`}>
        Send a test
      </Button>
      <Button size="small" look="danger" onClick={onRemove} aria-label={`Turn off ${name}`}>
        Turn off
      </Button>
    </li>
  );
}

const BROWSERS = ["Firefox", "Edg", "Chrome", "Safari"];
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"];

/** Name a browser by its user agent, such as Chrome, Android. */
function browserName(agent: string): string {
  const named = (names: string[]) => names.find((name) => agent.includes(name));
  const browser = named(BROWSERS)?.replace("Edg", "Edge") ?? "Another browser";
  return [browser, named(SYSTEMS)].filter(Boolean).join(", ");
}
