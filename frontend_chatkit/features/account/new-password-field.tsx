import { Field } from "@/components/ui/field";

/** A field for a new password, with the limits of the server. */
export function NewPasswordField({ label, name }: { label: string; name: string }) {
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      hint="At least 8 characters."
      minLength={8}
      maxLength={128}
      required
    />
  );
}
