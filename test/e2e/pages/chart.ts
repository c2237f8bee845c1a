import { script, sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

const app = `
  const flat = document.querySelector('#flat').getContext('2d');
  window.bars = (values) => {
    flat.fillStyle = '#fff';
    flat.fillRect(0, 0, 400, 200);
    values.forEach((value, at) => {
      flat.fillStyle = ['#c33', '#3a3', '#33c', '#cc3'][at % 4];
      flat.fillRect(20 + at * 60, 200 - value, 40, value);
    });
  };
  const gl = document.querySelector('#deep').getContext('webgl');
  const shader = (type, text) => { const made = gl.createShader(type); gl.shaderSource(made, text); gl.compileShader(made); return made; };
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl.VERTEX_SHADER, 'attribute vec2 at; void main() { gl_Position = vec4(at, 0, 1); }'));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, 'precision mediump float; uniform vec4 ink; void main() { gl_FragColor = ink; }'));
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-0.8, -0.8, 0.8, -0.8, 0, 0.8]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  // As what draws in space does: all of it, at every frame.
  window.ink = [0.1, 0.3, 0.8, 1];
  const triangle = () => {
    requestAnimationFrame(triangle);
    gl.clearColor(0.9, 0.9, 0.9, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4fv(gl.getUniformLocation(program, 'ink'), ink);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  };
  bars([50, 120, 90, 160, 30]);
  triangle();
  window.ready = true;
`;

/** Pictures that scripts draw. */
export const chart: Scene = {
  name: 'charts on canvases',
  path: '/chart',
  ready: 'window.ready',
  rough: 'canvas',
  files: () => ({
    '/chart': sitePage(
      `<h1>Charts</h1><canvas id="flat" width="400" height="200"></canvas>
      <canvas id="deep" width="200" height="200"></canvas><div id="far"></div><script type="module" src="/chart.js"></script>`,
      '<style>body { margin: 10px; font: 16px sans-serif } canvas { border: 1px solid #999 } #flat { width: 320px }</style>',
    ),
    '/chart.js': script(app),
  }),
  acts: [
    ['the chart changes', (page) => page.evaluate('bars([180, 20, 60, 100, 140, 40])')],
    ['the WebGL one changes', (page) => page.evaluate('window.ink = [0.9, 0.4, 0, 1]')],
    [
      'a canvas comes in later and is drawn at once',
      (page) =>
        page.evaluate(`{
          const canvas = Object.assign(document.createElement('canvas'), { width: 100, height: 100 });
          document.querySelector('#far').append(canvas);
          const ink = canvas.getContext('2d');
          ink.fillStyle = '#808';
          ink.arc(50, 50, 40, 0, 7);
          ink.fill();
        }`),
    ],
    [
      'a canvas gets another size, which empties it, and is drawn anew',
      (page) =>
        page.evaluate(`{
          const canvas = document.querySelector('#flat');
          canvas.height = 150;
          canvas.getContext('2d').fillRect(10, 10, 200, 60);
        }`),
    ],
    [
      'a canvas is wiped',
      (page) => page.evaluate(`document.querySelector('#flat').getContext('2d').clearRect(0, 0, 999, 999)`),
    ],
  ],
};
