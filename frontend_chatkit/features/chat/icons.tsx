import { Icon } from "@/components/ui/icon";

export const SendIcon = () => (
  <Icon size="small">
    <path d="M10 16V4M4.5 9.5 10 4l5.5 5.5" />
  </Icon>
);

export const StopIcon = () => (
  <Icon size="small">
    <rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon size="small">
    <path d="M10 4v12M4 10h12" />
  </Icon>
);

export const HistoryIcon = () => (
  <Icon size="small">
    <path d="M4 5h12M4 10h12M4 15h8" />
  </Icon>
);

export const PencilIcon = () => (
  <Icon size="small">
    <path d="m4 16 .8-3.2L13 4.6a1.6 1.6 0 0 1 2.4 2.4L7.2 15.2 4 16Z" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon size="small">
    <path d="M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6" />
  </Icon>
);

export const RetryIcon = () => (
  <Icon size="small">
    <path d="M15.5 8A6 6 0 1 0 16 11M16 4v4h-4" />
  </Icon>
);

const THUMB =
  "M7 9v7H4.5V9H7Zm0 0 3-5.5c1.2 0 2 .9 2 2V8h3a1.5 1.5 0 0 1 1.5 1.8l-1 5A1.5 1.5 0 0 1 14 16H7";

export const ThumbUpIcon = () => (
  <Icon size="small">
    <path d={THUMB} />
  </Icon>
);

export const ThumbDownIcon = () => (
  <Icon size="small">
    <path d={THUMB} transform="rotate(180 10 10)" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon size="small">
    <circle cx="9" cy="9" r="4.5" />
    <path d="m12.5 12.5 3.5 3.5" />
  </Icon>
);

export const DoneIcon = () => (
  <Icon size="small">
    <circle cx="10" cy="10" r="6.5" />
    <path d="m7 10.2 2 2 4-4.4" />
  </Icon>
);

export const InfoIcon = () => (
  <Icon size="small">
    <circle cx="10" cy="10" r="6.5" />
    <path d="M10 9.5v4M10 6.7v.1" />
  </Icon>
);

export const CubeIcon = () => (
  <Icon size="small">
    <path d="m10 3 6 3.3v7.4L10 17l-6-3.3V6.3L10 3Zm0 7 6-3.6M10 10v7m0-7L4 6.4" />
  </Icon>
);

export const ArrowDownIcon = () => (
  <Icon size="small">
    <path d="M10 4v12M4.5 10.5 10 16l5.5-5.5" />
  </Icon>
);
