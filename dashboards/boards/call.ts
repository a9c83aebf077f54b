import type { Board } from '../build/board.ts';

/** Everything of a trace that was written to the log. Parley's lines are JSON. */
const ofTrace = '{namespace=~".+"} |= "$traceId" | json | traceId = "$traceId"';
const ofRoom = '{namespace=~".+"} |= "$room" | json | room = "$room"';

export const call: Board = {
  uid: 'parley-call',
  title: 'A single call',
  description:
    'What happened to one participant or in one room. A trace begins with the click; its id is in every log line, in exemplars and in the page\'s "Report a problem".',
  choice: 'call',
  rows: [
    {
      title: 'From the click to the first picture',
      across: 2,
      panels: [
        {
          shows: 'trace',
          title: 'The trace',
          description:
            'Client, signaling, Redis, the SFU and its worker: the widest bar is what was waited for.',
          query: '$traceId',
        },
        {
          shows: 'logs',
          title: 'Log of the trace',
          description: 'One line per change of state, of all services.',
          query: `${ofTrace} | line_format "{{.service}} {{.pod}} {{.message}}"`,
        },
      ],
    },
    {
      title: 'The room',
      across: 2,
      panels: [
        {
          shows: 'traces',
          title: 'Joins of the room',
          description: 'Choose one to see it above.',
          query: '{ span.parley.room = "$room" }',
        },
        {
          shows: 'traces',
          title: 'Joins of the room that failed',
          description: 'Whose trace has an error.',
          query: '{ span.parley.room = "$room" && status = error }',
        },
        {
          shows: 'logs',
          title: 'Log of the room',
          description: 'Who came and went, moves, losses.',
          query: `${ofRoom} | line_format "{{.service}} {{.participant}} {{.message}}"`,
        },
        {
          shows: 'logs',
          title: 'Warnings and errors of the room',
          description: 'What went wrong.',
          query: `${ofRoom} | level =~ "warn|error|fatal" | line_format "{{.service}} {{.participant}} {{.message}}"`,
        },
      ],
    },
  ],
};
