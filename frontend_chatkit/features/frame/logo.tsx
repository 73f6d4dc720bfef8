/** The app's logo: a check mark in a speech bubble. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-8" aria-hidden="true">
      <path
        d="M8 3h16a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5h-9l-7 5v-5a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5Z"
        className="fill-accent"
      />
      <path
        d="m10.5 13.5 4 4 7-7.5"
        className="stroke-on-accent"
        fill="none"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
