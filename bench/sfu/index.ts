import { type Benchmark, runScenarios } from '../benchmark.ts';
import { type Forwarding, forwarding } from './forwarding.ts';
import { setup } from './setup.ts';
import { spread } from './spread.ts';

/** One camera, and so many who watch it. */
const fan = (scenario: string, viewers: number, aim?: Forwarding['aim']) =>
  ({
    scenario,
    subscribers: viewers,
    bring: audience => audience.bringViewers({ viewers, cameras: 1 }),
    ...(aim && { aim }),
  }) satisfies Forwarding;

/** Everyone sends a camera and watches all others. */
const meeting = (scenario: string, people: number): Forwarding => ({
  scenario,
  subscribers: people,
  bring: audience => audience.bringMeeting(people),
});

/** An SFU with one worker and a bare worker beside it; and rooms on two workers, and on two SFUs. */
export const sfu: Benchmark = {
  name: 'sfu',
  what: 'what a forwarded packet costs, beside a bare mediasoup worker and on two workers or pods, and what people cost who come',
  scenarios: ['1to100', '1to300', '10x10', 'spread', 'setup'],
  size: 'clients',
  run: options => {
    const { clients } = options;
    return runScenarios(
      {
        '1to100': of => forwarding(fan('1to100', clients ?? 100, { below: 12 }), of),
        '1to300': of => forwarding(fan('1to300', clients ?? 300), of),
        '10x10': of => forwarding(meeting('10x10', Math.max(2, Math.min(clients ?? 10, 10))), of),
        spread,
        setup,
      },
      options,
    );
  },
};
