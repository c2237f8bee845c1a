/** Two soft tones, a third of a second; resolves a while after, so that another tab does not begin with it too. */
export async function beep(): Promise<void> {
  const audio = new AudioContext();
  try {
    await audio.resume();
    const now = audio.currentTime;
    for (const [frequency, at] of [
      [660, 0],
      [880, 0.12],
    ] as const) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = frequency;
      loudness.gain.setValueAtTime(0.0001, now + at);
      loudness.gain.exponentialRampToValueAtTime(0.12, now + at + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, now + at + 0.22);
      tone.connect(loudness).connect(audio.destination);
      tone.start(now + at);
      tone.stop(now + at + 0.25);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  } finally {
    await audio.close();
  }
}
