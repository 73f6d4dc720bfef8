import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  accessibilityViolations,
  browserWithProfile,
  Person,
  screenshot,
  until,
} from "../browser.mjs";

const FIRING_MS = 90_000;

/** The next whole minute that a reminder can still be set for, in UTC. */
const soon = () => new Date(Date.now() + 65_000).toISOString().slice(0, 16);

// Each waits for its minute, all for the same.
export const reminderCases = (world) =>
  describe("Reminders", { concurrency: 3 }, () => remindersThatFire(world));

function remindersThatFire(world) {
  test("FR-WEB-121: a reminder rings the bell, and is done from there", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { timezoneId: "UTC" });
    const page = await ada.open("/tasks");
    await page.getByText("Nothing to do here").waitFor();
    await ada.addTask({ title: "Call Sam", reminders: [soon()] });
    const bell = page.getByRole("button", { name: "Notifications, 1 unread" });
    await bell.waitFor({ timeout: FIRING_MS });
    await page.getByRole("button", { name: "In an hour" }).waitFor();
    await screenshot(page, "tasks-reminded");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await bell.click();
    const list = page.getByRole("region", { name: "Newest notifications" });
    await list.getByRole("button", { name: "Call Sam", exact: true }).waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await screenshot(page, "tasks-bell");
    await list.getByRole("button", { name: "Call Sam", exact: true }).click();
    await page.getByRole("dialog", { name: "Edit task" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Notifications" }).click();
    await list.getByRole("button", { name: /^Done/ }).click();
    await page.getByText("“Call Sam” is done.").waitFor();
    await page.getByText("Nothing to do here").waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-122, FR-TASK-311: a reminder arrives in a browser whose tab is closed", async () => {
    const browser = browserWithProfile(world.push.browserArguments);
    const ada = await Person.member(browser, world.stack.url, { timezoneId: "UTC" });
    await ada.context.grantPermissions(["notifications"], { origin: world.stack.url });
    const page = await ada.open("/settings");
    await page.getByRole("button", { name: "Notify me in this browser" }).click();
    await page.getByText("Reminders come here too.").waitFor();
    await page.getByRole("button", { name: "Send a test to This browser" }).click();
    await page.getByText("A test message was sent.").waitFor();
    await until(async () => (await shownOn(page)).length === 1, "the test is shown");
    assert.deepEqual(await shownOn(page, { close: true }), ["Notifications work."]);
    await screenshot(page, "settings-subscribed");
    const sent = world.push.received;
    await page.close();
    await ada.addTask({ title: "Call Sam", reminders: [soon()] });
    await until(() => world.push.received > sent, "the reminder is sent", FIRING_MS);

    const again = await ada.open("/settings");
    await until(async () => (await shownOn(again)).length === 1, "the reminder is shown");
    assert.deepEqual(await shownOn(again), ["Call Sam"]);
    await again.getByRole("button", { name: "Turn off This browser" }).click();
    await again.getByRole("button", { name: "Notify me in this browser" }).waitFor();
    assert.deepEqual((await ada.ask("/bff/me/push-subscriptions")).subscriptions, []);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
    browser.remove();
  });

  test("FR-WEB-122: a reminder that Web Push brings is shown, and its buttons work", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { timezoneId: "UTC" });
    await ada.context.grantPermissions(["notifications"]);
    await ada.addTask({ title: "Call Sam", reminders: [soon()] });
    const page = await ada.open("/settings");
    await page.getByRole("button", { name: "Notify me in this browser" }).waitFor();
    await screenshot(page, "settings-notifications");
    const push = await startPush(ada, page);
    const notifications = async () => (await ada.ask("/bff/me/notifications")).notifications;
    await until(async () => (await notifications()).length === 1, "the reminder fires", FIRING_MS);
    const [fired] = await notifications();
    const message = {
      ...{ type: "reminder", tag: "t1", title: fired.title, late: true },
      ...{ task_id: fired.task_id, notification_id: fired.id },
    };

    await push.deliver(message);
    assert.deepEqual(await push.shown(), [
      { title: "Call Sam", body: "This reminder is late.", actions: ["Done", "In an hour"] },
    ]);
    await push.deliver(message);
    assert.equal((await push.shown()).length, 1, "a second copy takes the place of the first");

    await push.click("later");
    assert.notEqual((await notifications())[0].read_at, null);
    const { reminders } = await ada.ask(`/bff/me/tasks/${fired.task_id}`);
    const [again] = reminders.filter(({ status }) => status === "waiting");
    assert.ok(Math.abs(Date.parse(again.fires_at) - Date.now() - 3600_000) < 120_000);

    await push.deliver(message);
    await push.click("done");
    assert.equal((await ada.ask(`/bff/me/tasks/${fired.task_id}`)).completed, true);
    await until(async () => (await push.shown()).length === 0, "it is closed");

    await push.deliver(message);
    await push.click("");
    await page.getByRole("dialog", { name: "Edit task" }).waitFor();
    await screenshot(page, "tasks-opened-by-a-notification");
    await until(async () => (await push.shown()).length === 0, "it is closed");

    await ada.context.clearCookies();
    await push.deliver(message);
    await push.click("done");
    assert.deepEqual(
      (await push.shown()).map(({ title }) => title),
      ["Call Sam: this did not work"],
    );
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

/** The titles of the notifications that a page's service worker shows, after a second. */
async function shownOn(page, { close = false } = {}) {
  // Whoever asks while one is being stored may lose it.
  await page.waitForTimeout(1000);
  return await page.evaluate(async (closing) => {
    const all = await (await navigator.serviceWorker.ready).getNotifications();
    if (closing) for (const one of all) one.close();
    return all.map(({ title }) => title);
  }, close);
}

/** The service worker of a page, and what a push service and a user do to it. */
async function startPush(person, page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
  });
  const devtools = await person.context.newCDPSession(page);
  const registered = new Promise((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations.length > 0) resolve(registrations[0].registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  const registrationId = await registered;
  const [worker] = person.context.serviceWorkers();
  const shown = () =>
    worker.evaluate(async () => {
      const all = await self.registration.getNotifications();
      return all.map(({ title, body, actions }) => ({
        title,
        body,
        actions: actions.map((one) => one.title),
      }));
    });
  // Whoever asks for the notifications while one is being stored may lose it: the end is counted.
  await worker.evaluate(() => {
    const { prototype } = ServiceWorkerRegistration;
    const show = prototype.showNotification;
    self.shown = 0;
    prototype.showNotification = async function showNotification(...values) {
      await show.apply(this, values);
      self.shown += 1;
    };
  });
  const count = () => worker.evaluate(() => self.shown);
  return {
    shown,
    deliver: async (message) => {
      const data = JSON.stringify(message);
      const before = await count();
      await devtools.send("ServiceWorker.deliverPushMessage", {
        ...{ origin: person.url, registrationId, data },
      });
      await until(async () => (await count()) > before, "the notification is shown");
    },
    click: (action) =>
      worker.evaluate(async (pressed) => {
        const [notification] = await self.registration.getNotifications();
        // Only a click of a real user may focus a page.
        WindowClient.prototype.focus = async function focus() {
          return this;
        };
        const event = new NotificationEvent("notificationclick", { notification, action: pressed });
        const work = [];
        // Only the browser's own events take promises.
        event.waitUntil = (promise) => work.push(promise);
        self.dispatchEvent(event);
        await Promise.all(work);
      }, action),
  };
}
