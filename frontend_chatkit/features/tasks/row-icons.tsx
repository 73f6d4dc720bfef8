import { Icon } from "@/components/ui/icon";

export const CalendarIcon = () => (
  <Icon size="text">
    <rect x="3.5" y="4.5" width="13" height="12" rx="2" />
    <path d="M3.5 8.5h13M7 2.5v3M13 2.5v3" />
  </Icon>
);

export const AlertIcon = () => (
  <Icon size="text">
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6.5v4M10 13.3v.2" />
  </Icon>
);

export const BellIcon = () => (
  <Icon size="text">
    <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13L5 13.5ZM8.5 17.5h3" />
  </Icon>
);

export const RepeatIcon = () => (
  <Icon size="text">
    <path d="M4 9V8a3 3 0 0 1 3-3h8M13 2.5 15.5 5 13 7.5M16 11v1a3 3 0 0 1-3 3H5M7 12.5 4.5 15 7 17.5" />
  </Icon>
);

export const PencilIcon = () => (
  <Icon size="text">
    <path d="m4 16 .8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16Z" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon size="text">
    <path d="M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10M8.5 9v4M11.5 9v4" />
  </Icon>
);

/** Three bars, of which as many are solid as the priority has steps. */
export function PriorityIcon({ steps }: { steps: number }) {
  const bars = [
    { step: 1, path: "M5 15.5v-3" },
    { step: 2, path: "M10 15.5v-6.5" },
    { step: 3, path: "M15 15.5V5" },
  ];
  return (
    <Icon size="text">
      {bars.map(({ step, path }) => (
        <path key={step} d={path} strokeWidth="2.5" strokeOpacity={step <= steps ? 1 : 0.3} />
      ))}
    </Icon>
  );
}
