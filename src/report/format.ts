/** A length of time for people: `0.8 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment, in seconds since 1970, for people: UTC to the second. */
export function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A moment, in seconds since 1970, as the clock of this machine shows it, to the second. */
export function localTimeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  const minutes = -time.getTimezoneOffset();
  return new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** A metric's value for people: six significant digits, large ones as `4.5e9`. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const short = Number(value.toPrecision(6));
  return Math.abs(short) < 1e7 ? String(short) : short.toExponential().replace('+', '');
}
