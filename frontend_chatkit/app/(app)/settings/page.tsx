import type { Metadata } from "next";
import { AccessTokens } from "@/features/settings/access-tokens";
import { Assistants } from "@/features/settings/assistants";
import { CalendarFeed } from "@/features/settings/calendar-feed";
import { DeleteAccount } from "@/features/settings/delete-account";
import { Notifications } from "@/features/settings/notifications";
import { Password } from "@/features/settings/password";
import { Profile } from "@/features/settings/profile";
import { TimeZone } from "@/features/settings/time-zone";
import { YourData } from "@/features/settings/your-data";
import { assistantsOf } from "@/lib/auth/assistants";
import { environment } from "@/lib/environment";
import { requireUser } from "@/lib/session";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const user = await requireUser();
  return (
    <div className="mx-auto max-w-4xl px-4 py-8">
      <h1 className="mb-8 text-2xl font-semibold">Settings</h1>
      <Profile />
      <Password />
      <TimeZone />
      <Notifications />
      <CalendarFeed apiUrl={environment().apiUrl} />
      <Assistants assistants={await assistantsOf(user.id)} mcpUrl={environment().mcpUrl} />
      <AccessTokens />
      <YourData />
      <DeleteAccount />
    </div>
  );
}
