import { Icon } from "@/components/ui/icon";

export const PlusIcon = () => (
  <Icon size="text">
    <path d="M10 4v12M4 10h12" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon size="text">
    <circle cx="9" cy="9" r="5" />
    <path d="m13 13 3.5 3.5" />
  </Icon>
);

export const FilterIcon = () => (
  <Icon size="text">
    <path d="M3.5 6h13M6 10h8M8.5 14h3" />
  </Icon>
);

export const ListIcon = () => (
  <Icon size="text">
    <path d="M8 5.5h8.5M8 10h8.5M8 14.5h8.5M4 5.5h.1M4 10h.1M4 14.5h.1" />
  </Icon>
);
