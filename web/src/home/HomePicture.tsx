import { useTheme } from '@mui/material/styles';

const people = [
  { x: 24, y: 24, from: '#f2b184', skin: '#fbe3d0', hair: '#7a3f1d' },
  { x: 218, y: 24, from: '#6fb7e9', skin: '#e2b48f', hair: '#20262e' },
  { x: 24, y: 158, from: '#8fd3b6', skin: '#8d5a3b', hair: '#2a1a12' },
  { x: 218, y: 158, from: '#c5a3ec', skin: '#f6d5bd', hair: '#c98b2b' },
] as const;

/** Four people in a call, drawn. Decoration only. */
export function HomePicture() {
  const { palette } = useTheme();
  return (
    <svg viewBox="0 0 420 360" width="100%" aria-hidden="true">
      <rect width="420" height="360" rx="28" fill="#131c1b" stroke={palette.divider} />
      {people.map(({ x, y, from, skin, hair }, index) => (
        <g key={from} transform={`translate(${x} ${y})`}>
          <rect width="178" height="118" rx="14" fill={from} />
          <path d="M35 118c2-34 22-46 54-46s52 12 54 46z" fill={hair} opacity="0.85" />
          <circle cx="89" cy="52" r="26" fill={skin} />
          <path d="M63 50c-2-24 12-34 27-34s28 12 25 34c-8-2-14-8-17-16-8 10-20 15-35 16z" fill={hair} />
          <circle cx="81" cy="55" r="2.4" fill="#22302d" />
          <circle cx="98" cy="55" r="2.4" fill="#22302d" />
          <path d="M82 65q8 6 15 0" fill="none" stroke="#22302d" strokeWidth="2.4" strokeLinecap="round" />
          {index === 1 && (
            <rect
              x="1.5"
              y="1.5"
              width="175"
              height="115"
              rx="13"
              fill="none"
              stroke="#3ecfbd"
              strokeWidth="3"
            />
          )}
        </g>
      ))}
      <circle cx="154" cy="318" r="19" fill="#2a3634" />
      <circle cx="204" cy="318" r="19" fill="#2a3634" />
      <rect x="234" y="299" width="54" height="38" rx="19" fill="#e5484d" />
      <rect x="150.500" y="308" width="7" height="13" rx="3.500" fill="#eef4f3" />
      <path
        d="M147 317a7 7 0 0 0 14 0m-7 7v4"
        fill="none"
        stroke="#eef4f3"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <path
        d="M195 311h11a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2v-10a2 2 0 0 1 2-2zm15 5 5-3v10l-5-3z"
        fill="#eef4f3"
      />
      <path d="M250 321c6-6 16-6 22 0l-3 4-5-2v-3h-6v3l-5 2z" fill="#ffffff" />
    </svg>
  );
}
