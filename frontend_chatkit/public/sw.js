// The service worker: it shows the reminders that Web Push brings, with the page closed too.

const APP_HEADERS = { "content-type": "application/json", "x-requested-with": "todochat" };
const ACTIONS = [
  { action: "done", title: "Done" },
  { action: "later", title: "In an hour" },
];

/** The requests of the actions of a notification. */
const REQUESTS = {
  done: ({ task_id }) => send("PATCH", `/bff/me/tasks/${task_id}`, { completed: true }),
  later: ({ notification_id }) =>
    send("POST", `/bff/me/notifications/${notification_id}/snooze`, {}),
};

// A click can then take an open page to the task, also one that was loaded before there was a worker.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(run(event.action, event.notification));
});

function show({ title, ...data }) {
  const isReminder = data.type === "reminder";
  return self.registration.showNotification(title, {
    tag: data.tag,
    body: data.late ? "This reminder is late." : undefined,
    icon: "/icon.svg",
    data,
    actions: isReminder ? ACTIONS : [],
  });
}

async function run(action, { title, data }) {
  const request = REQUESTS[action];
  if (!request) return open(data.task_id ? `/tasks?task=${data.task_id}` : "/tasks");
  const answer = await request(data).catch(() => null);
  // Signed out or offline: the page says what to do.
  if (!answer?.ok) await show({ ...data, type: "failed", title: `${title}: this did not work` });
}

function send(method, path, body) {
  return fetch(path, { method, headers: APP_HEADERS, body: JSON.stringify(body) });
}

async function open(path) {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) return self.clients.openWindow(path);
  await page.focus();
  return page.navigate(path);
}
