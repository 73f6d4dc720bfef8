import type { Metadata } from "next";
import { ConfirmAddressForm } from "@/features/account/confirm-address-form";

export const metadata: Metadata = { title: "Confirm your address" };

export default function ConfirmAddressPage() {
  return (
    <>
      <h1 className="mb-6 text-center text-2xl font-semibold">Confirm your address</h1>
      <ConfirmAddressForm />
    </>
  );
}
