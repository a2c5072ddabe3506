/* x modulo pi for every double, in two parts, after Payne and Hanek (SIGNUM Newsletter 18, 1983).
 *
 * x is an integer m < 2^53 times 2^e.  Only the bits of 1/pi of weight 2^(-e-1) and below contribute to the fraction
 * of x / pi, so three words of them are multiplied by m, modulo 1.  The fraction of a double is at least 2^-62 (Muller,
 * Elementary Functions, chapter 11), so at least 76 of its 139 bits are significant.
 */
#ifndef FASTACT_MODULO_PI_H
#define FASTACT_MODULO_PI_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The bits of 1/pi after the binary point, below a word of zeros for its integer part;
 * tests/kernels/test_snake.py computes them again. */
static const uint64_t INVERSE_OF_PI[21] = {
    0,
    0x517cc1b727220a94u, 0xfe13abe8fa9a6ee0u, 0x6db14acc9e21c820u, 0xff28b1d5ef5de2b0u,
    0xdb92371d2126e970u, 0x0324977504e8c90eu, 0x7f0ef58e5894d39fu, 0x74411afa975da242u,
    0x74ce38135a2fbf20u, 0x9cc8eb1cc1a99cfau, 0x4e422fc5defc941du, 0x8ffc4bffef02cc07u,
    0xf79788c5ad05368fu, 0xb69b3f6793e584dbu, 0xa7a31fb34f2ff516u, 0xba93dd63f5f2f8bdu,
    0x9e839cfbc5294975u, 0x35fdafd88fc6ae84u, 0x2b0198237e3db5d5u, 0xf867de104d7a1b0eu,
};

static void times_64(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low) {
    uint64_t a1 = a >> 32, a0 = a & 0xffffffffu, b1 = b >> 32, b0 = b & 0xffffffffu;
    uint64_t first = a1 * b0 + (a0 * b0 >> 32), second = a0 * b1 + (first & 0xffffffffu);      /* they cannot overflow */
    *high = a1 * b1 + (first >> 32) + (second >> 32);
    *low = a * b;
}

/* head + tail = x - k pi, |head| <= pi/2, with a relative error of 2^-75; NaN if x is not finite. */
static void modulo_pi(double x, double *head, double *tail) {
    const double pi_high = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
    uint64_t bits, m, w[3], p[3], high, low, next;
    int e, i, at, shift, negative;
    memcpy(&bits, &x, 8);
    e = (int)(bits >> 52 & 2047);
    if (e == 2047) {
        *head = *tail = x - x;
        return;
    }
    if (e < 1023 - 10) {
        *head = x;
        *tail = 0;
        return;
    }
    negative = (int)(bits >> 63);
    m = (bits & 0xfffffffffffffu) | 0x10000000000000u;
    e = e - 1075 + 64;          /* the first bit that matters, counted from the word of zeros on */
    at = e >> 6;
    shift = e & 63;
    for (i = 0; i < 3; i++) {
        next = at + i + 1 < 21 ? INVERSE_OF_PI[at + i + 1] : 0;
        w[i] = INVERSE_OF_PI[at + i] << shift;
        if (shift) w[i] |= next >> (64 - shift);
    }
    /* p / 2^192 is the fraction. */
    times_64(m, w[2], &high, &p[2]);
    times_64(m, w[1], &p[0], &low);
    p[1] = low + high;
    p[0] = m * w[0] + p[0] + (p[1] < low);
    if (p[0] >> 63) {           /* the multiple above is nearer */
        negative = !negative;
        p[2] = ~p[2] + 1;
        p[1] = ~p[1] + (p[2] == 0);
        p[0] = ~p[0] + (p[2] == 0 && p[1] == 0);
    }
    for (shift = 0; !(p[0] >> 63) && shift < 128; shift++) {
        p[0] = p[0] << 1 | p[1] >> 63;
        p[1] = p[1] << 1 | p[2] >> 63;
        p[2] <<= 1;
    }
    double f = ldexp((double)(p[0] >> 11), -53 - shift);
    double f_low = ldexp((double)((p[0] & 2047) << 42 | p[1] >> 22), -106 - shift);
    double y = f * pi_high, y_low = fma(f, pi_high, -y) + (f * pi_low + f_low * pi_high);
    *head = y + y_low;
    *tail = (y - *head) + y_low;
    if (negative) {
        *head = -*head;
        *tail = -*tail;
    }
}

/* The same for u + u_low, |u_low| <= |u|. */
static void modulo_pi_in_parts(double u, double u_low, double *head, double *tail) {
    const double pi_high = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
    double a, a_low, b, b_low, sum, part, k;
    int i;
    modulo_pi(u, &a, &a_low);
    modulo_pi(u_low, &b, &b_low);
    a_low += b_low;
    for (i = 0; i < 2; i++) {       /* a + b exactly, then the nearest multiple of pi is subtracted from it */
        sum = a + b;
        part = sum - a;
        a_low += (a - (sum - part)) + (b - part);
        a = sum;
        k = a > 0.5 * pi_high ? -1 : a < -0.5 * pi_high;
        b = k * pi_high;
        a_low += k * pi_low;
    }
    *head = a + a_low;
    *tail = (a - *head) + a_low;
}

#endif
