import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, screenshot, until } from "../browser.mjs";

// Reminders fire on the minute.
const FIRING_MS = 90_000;

export function reminderCases(world) {
  test("FR-WEB-121: a reminder rings the bell, and is done from there", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { timezoneId: "UTC" });
    const page = await ada.open("/tasks");
    await page.getByText("Nothing to do here").waitFor();
    const minute = new Date(Date.now() + 65_000).toISOString().slice(0, 16);
    await ada.addTask({ title: "Call Sam", reminders: [minute] });
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

  test("FR-WEB-122: the service worker shows a reminder that Web Push brings", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.context.grantPermissions(["notifications"]);
    const page = await ada.open("/settings");
    await page.getByRole("button", { name: "Notify me in this browser" }).waitFor();
    await screenshot(page, "settings-notifications");
    await page.evaluate(async () => {
      await navigator.serviceWorker.register("/sw.js");
      await navigator.serviceWorker.ready;
    });
    const devtools = await ada.context.newCDPSession(page);
    const registered = new Promise((resolve) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        if (registrations.length > 0) resolve(registrations[0].registrationId);
      });
    });
    await devtools.send("ServiceWorker.enable");
    const reminder = { type: "reminder", tag: "t1", title: "Call Sam", task_id: 1, late: true };
    await devtools.send("ServiceWorker.deliverPushMessage", {
      origin: world.stack.url,
      registrationId: await registered,
      data: JSON.stringify(reminder),
    });
    const shown = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        const all = await registration.getNotifications();
        return all.map(({ title, tag, body }) => ({ title, tag, body }));
      });
    await until(async () => (await shown()).length === 1, "the notification is shown");
    assert.deepEqual(await shown(), [
      { title: "Call Sam", tag: "t1", body: "This reminder is late." },
    ]);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}
