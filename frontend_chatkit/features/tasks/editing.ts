/** What tasks are added and changed with, loaded together: each part of its own would cost the page more. */
export { EditDialog } from "@/features/tasks/edit-dialog";
export { Recognised } from "@/features/tasks/recognised";
export { restoreTask } from "@/features/tasks/restore";
export { DetailFields } from "@/features/tasks/task-fields";
