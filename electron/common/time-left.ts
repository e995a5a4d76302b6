/** What is left of long work, no more exactly than anybody can know it: "under a minute left", "about 5 minutes left", "about 3 hours left". */
export function timeLeft(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 1) return 'under a minute left';
  if (minutes < 59.5) return about(minutes, 'minute');
  if (minutes < 23.5 * 60) return about(minutes / 60, 'hour');
  return about(minutes / 1_440, 'day');
}

function about(amount: number, unit: string): string {
  const whole = Math.round(amount);
  return `about ${whole} ${unit}${whole === 1 ? '' : 's'} left`;
}
