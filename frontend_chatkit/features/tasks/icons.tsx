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
