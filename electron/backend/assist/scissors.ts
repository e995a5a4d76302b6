import type { ScissorsRequest } from './assist-messages.ts';
import type { IntelligentScissors, OpenCv } from './opencv.ts';

/** Canny's thresholds and the gradient above which an edge gets no better, in grey levels; OpenCV's own example values. */
const cannyLow = 32;
const cannyHigh = 100;
const strongestGradient = 200;

/**
 * Intelligent scissors over one picture at a time. Reading a picture takes a quarter of a second, a new start as long again or more, a path
 * from the same start nothing: so both are kept until they change.
 */
export interface Scissors {
  /** x, y, x, y, ... from start to end. @throws Error before a picture was given */
  path(request: ScissorsRequest): Int32Array;
}

export function createScissors(cv: OpenCv): Scissors {
  let tool: IntelligentScissors | null = null;
  let start = '';
  const read = ({ width, height, rgb }: NonNullable<ScissorsRequest['picture']>): IntelligentScissors => {
    tool?.delete();
    tool = new cv.segmentation_IntelligentScissorsMB();
    start = '';
    tool.setEdgeFeatureCannyParameters(cannyLow, cannyHigh);
    tool.setGradientMagnitudeMaxLimit(strongestGradient);
    const image = new cv.Mat(height, width, cv.CV_8UC3);
    try {
      image.data.set(rgb);
      tool.applyImage(image);
    } finally {
      image.delete();
    }
    return tool;
  };
  return {
    path({ picture, from, to }) {
      const current = picture ? read(picture) : tool;
      if (!current) throw new Error('Broken assumption: a picture comes before a path');
      if (start !== from.join()) {
        current.buildMap(new cv.Point(from[0], from[1]));
        start = from.join();
      }
      const contour = new cv.Mat();
      try {
        current.getContour(new cv.Point(to[0], to[1]), contour);
        return contour.rows === 0 ? new Int32Array(0) : contour.data32S.slice();
      } finally {
        contour.delete();
      }
    },
  };
}
