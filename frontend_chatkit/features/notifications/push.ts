import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";

const ME = { user_id: "me" };
const PATH = "/api/{user_id}/push-subscriptions";
const WORKER = "/sw.js";

export type Browser = components["schemas"]["PushSubscriptionOut"];
export type Browsers = { key: string; browsers: Browser[] };

/** Whether this browser can show notifications of a page that is closed. */
export function canSubscribe(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Load the browsers that take notifications. */
export async function loadBrowsers(): Promise<Browsers> {
  const { data } = await api.GET(PATH, { params: { path: ME } });
  return { key: data?.public_key ?? "", browsers: data?.subscriptions ?? [] };
}

/** Return the id of this browser among them, or null if it takes none. */
export async function thisBrowser(): Promise<string | null> {
  const subscription = await currentSubscription();
  return subscription && add(subscription);
}

/** Ask the user, and have this browser take notifications; null if the user denies it. */
export async function subscribe(key: string): Promise<string | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  await navigator.serviceWorker.register(WORKER);
  const { pushManager } = await navigator.serviceWorker.ready;
  return add(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

/** Send nothing to a browser any more; `isThis` for the one that runs this. */
export async function unsubscribe(id: string, isThis: boolean): Promise<void> {
  const params = { path: { ...ME, subscription_id: id } };
  await api.DELETE("/api/{user_id}/push-subscriptions/{subscription_id}", { params });
  if (isThis) await (await currentSubscription())?.unsubscribe();
}

/** Send a test message; return why it failed, or null. */
export async function test(id: string): Promise<string | null> {
  const params = { path: { ...ME, subscription_id: id } };
  const { data } = await api.POST("/api/{user_id}/push-subscriptions/{subscription_id}/test", {
    params,
  });
  return data?.sent ? null : (data?.error ?? "The push service did not answer.");
}

async function currentSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** A browser that is added again is the same one. */
async function add(subscription: PushSubscription): Promise<string | null> {
  const { endpoint, keys = {} } = subscription.toJSON();
  const body = {
    endpoint: endpoint ?? "",
    keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" },
  };
  const { data } = await api.POST(PATH, { params: { path: ME }, body });
  return data?.id ?? null;
}
