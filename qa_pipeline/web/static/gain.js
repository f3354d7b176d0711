// How loud each channel is heard: Web Audio between the recording and the ears, made when it is first asked for.
"use strict";
window.loudness = (media, channels, startDb) => {
  const LEAST_DB = -12;
  const MOST_DB = 18;
  const RAMP_S = 0.02; // a step in loudness would click
  const heard = [true, true];
  let db = Math.min(MOST_DB, Math.max(LEAST_DB, startDb));
  let graph = null;

  function open() {
    if (graph) return graph;
    const context = new AudioContext();
    const source = context.createMediaElementSource(media);
    const all = context.createGain();
    const sides = channels > 1 ? [context.createGain(), context.createGain()] : [];
    if (sides.length) {
      const split = context.createChannelSplitter(2);
      const merge = context.createChannelMerger(2);
      source.connect(split);
      sides.forEach((side, i) => split.connect(side, i).connect(merge, 0, i));
      merge.connect(all);
    } else source.connect(all);
    all.connect(context.destination);
    graph = { context, all, sides };
    return graph;
  }

  function apply() {
    const { context, all, sides } = open();
    context.resume();
    all.gain.setTargetAtTime(10 ** (db / 20), context.currentTime, RAMP_S);
    sides.forEach((side, i) => side.gain.setTargetAtTime(heard[i] ? 1 : 0, context.currentTime, RAMP_S));
  }

  return {
    db: () => db,
    heard: (side) => heard[side],
    step: (by) => { db = Math.min(MOST_DB, Math.max(LEAST_DB, db + by)); apply(); return db; },
    toggle: (side) => { if (channels > 1) { heard[side] = !heard[side]; apply(); } return heard[side]; },
    // Sound may only be made after a press: a loudness kept from before is taken up when playing begins.
    playing: () => { if (graph || db !== 0) apply(); },
  };
};
