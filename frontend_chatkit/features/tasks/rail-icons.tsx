import { Icon } from "@/components/ui/icon";

export const AllIcon = () => (
  <Icon>
    <path d="M4 6.5 5.5 8 8 5M4 13l1.5 1.5L8 11.5M11 6.5h5.5M11 13.5h5.5" />
  </Icon>
);

export const InboxIcon = () => (
  <Icon>
    <path d="M3.5 11.5h4l1 2h3l1-2h4M5.5 4.5h9l2 7v4h-13v-4l2-7Z" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3" />
    <path d="M10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1.1 1.1M13.9 13.9 15 15M15 5l-1.1 1.1M6.1 13.9 5 15" />
  </Icon>
);

export const UpcomingIcon = () => (
  <Icon>
    <rect x="3.5" y="4.5" width="13" height="12" rx="2" />
    <path d="M3.5 8.5h13M7 2.5v3M13 2.5v3M8 12.5h4M10.5 10.8l1.7 1.7-1.7 1.7" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path d="M5 10h.1M10 10h.1M15 10h.1" strokeWidth="2.5" />
  </Icon>
);
