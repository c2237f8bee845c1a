// The worker speaks libsrtp 3; Debian 12 has 2.5. This header gives version 3's calls on top of
// version 2. Calls that differ only in their parameters are overloads of version 2's; only the
// policy, a plain struct there and an opaque pointer here, needs another name.
#pragma once

#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <array>
#include <cstdint>
#include <cstring>

inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err = static_cast<srtp_err_status_t>(29);

struct CoviewSrtpPolicy
{
	srtp2_policy_t v2{};
	std::array<uint8_t, SRTP_MAX_KEY_LEN> keyThenSalt{};
};

using srtp_policy_t = CoviewSrtpPolicy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new CoviewSrtpPolicy();
	(*policy)->v2.key = (*policy)->keyThenSalt.data();
	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->v2.ssrc = ssrc;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto err = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);
	return err ? err : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy, const uint8_t* key, size_t keyLen, const uint8_t* salt, size_t saltLen,
  const uint8_t* /*mki*/, size_t /*mkiLen*/)
{
	if (keyLen + saltLen > policy->keyThenSalt.size()) return srtp_err_status_bad_param;
	std::memcpy(policy->v2.key, key, keyLen);
	std::memcpy(policy->v2.key + keyLen, salt, saltLen);
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->v2.allow_repeat_tx = allow;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
	policy->v2.window_size = size;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, &policy->v2);
}

// The worker has already put the SSRC into network order, which is what version 2 expects.
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

// Version 2 works in place and trusts its caller to leave `growth` bytes behind the packet.
template<typename Call>
srtp_err_status_t coviewSrtpCopyAndCall(
  Call call, srtp_t session, const uint8_t* in, size_t inLen, size_t growth, uint8_t* out, size_t* outLen)
{
	if (inLen + growth > *outLen) return srtp_err_status_buffer_small;
	if (in != out) std::memcpy(out, in, inLen);
	int len = static_cast<int>(inLen);
	const auto err = call(session, out, &len);
	if (!err) *outLen = static_cast<size_t>(len);
	return err;
}

using CoviewSrtpCall = srtp_err_status_t (*)(srtp_t, void*, int*);

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	const CoviewSrtpCall call = srtp_protect;
	return coviewSrtpCopyAndCall(call, session, rtp, rtpLen, SRTP_MAX_TRAILER_LEN, srtp, srtpLen);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	const CoviewSrtpCall call = srtp_unprotect;
	return coviewSrtpCopyAndCall(call, session, srtp, srtpLen, 0, rtp, rtpLen);
}

// RTCP grows by four more bytes: the index that carries the encryption flag.
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	const CoviewSrtpCall call = srtp_protect_rtcp;
	return coviewSrtpCopyAndCall(call, session, rtcp, rtcpLen, SRTP_MAX_TRAILER_LEN + 4, srtcp, srtcpLen);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	const CoviewSrtpCall call = srtp_unprotect_rtcp;
	return coviewSrtpCopyAndCall(call, session, srtcp, srtcpLen, 0, rtcp, rtcpLen);
}
