const counted = /^\(\d+\) /;

/** The title of the page with how much is unread before it. */
export function withCount(title: string, count: number): string {
  const bare = title.replace(counted, '');
  return count > 0 ? `(${count}) ${bare}` : bare;
}
