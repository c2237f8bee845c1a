/** What the build takes from Debian 12; the rest is in mediasoup's npm package. */
export const debianPackages = [
  'meson',
  'ninja-build',
  'pkg-config',
  'g++',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'libabsl-dev',
];

export const mesonOptions = ['--buildtype=release', '-Db_ndebug=true', '--wrap-mode=nodownload'];

/** Changes to the worker's source, each with its reason. */
export const edits = [
  {
    // Debian 12 has Meson 1.0.1, and nothing in the file needs more.
    file: 'meson.build',
    from: "meson_version: '>= 1.1.0'",
    to: "meson_version: '>= 1.0.0'",
  },
  {
    // OpenSSL calls back with BIO_CB_RETURN set as one bit among others. Compared as a whole it never
    // matches, every control call then seems to succeed, and an OpenSSL built with kernel TLS, as
    // Debian's is, believes that the kernel encrypts: the worker dies in the first DTLS handshake.
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN)',
    to: '(operationType & BIO_CB_RETURN)',
  },
];
