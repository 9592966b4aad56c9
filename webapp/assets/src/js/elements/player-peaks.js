// Loudness of each channel of a sound, for calls whose peaks the server does not send.

const PEAKS = 1200;

/** One list of loudness 0-1 per channel, loudest 1; none where the sound cannot be read. */
export async function peaksOf(url) {
  try {
    const response = await fetch(url);
    const context = new OfflineAudioContext(1, 1, 8000);
    const sound = await context.decodeAudioData(await response.arrayBuffer());
    const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i));
    return channels.map(loudness);
  } catch {
    return [];
  }
}

function loudness(samples) {
  const size = Math.max(Math.floor(samples.length / PEAKS), 1);
  const peaks = [];
  for (let start = 0; start + size <= samples.length; start += size) {
    let loudest = 0;
    for (let i = start; i < start + size; i += 1) loudest = Math.max(loudest, Math.abs(samples[i]));
    peaks.push(loudest);
  }
  const top = Math.max(...peaks, 0.01);
  return peaks.map((peak) => peak / top);
}
