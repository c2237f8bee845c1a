let context: AudioContext | undefined;

/** Two short soft tones, made here: no file to load, nothing a policy could forbid. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    void context.resume().catch(() => {});
    tone(context, 660, context.currentTime);
    tone(context, 880, context.currentTime + 0.12);
  } catch {
    // No sound device.
  }
}

function tone(audio: AudioContext, frequency: number, at: number): void {
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.24);
}
